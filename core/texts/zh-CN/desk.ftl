### 桌面工具

desk-check-line = { $kind } { $value }：{ $verdict }
desk-check-class = （{ $class }）
desk-check-reason = { "　" }{ $reason }
desk-list-separator = 、
desk-unable = 无法完成：{ $why }
