### Desk tools

desk-check-line = { $kind } { $value }: { $verdict }
desk-check-class = { " " }({ $class })
desk-check-reason = { " " }{ $reason }
desk-list-separator = ,{ " " }
desk-unable = This cannot be done: { $why }
