### 照片事实与发现

finding-empty = 文件是空的
finding-not_a_photo = 不是照片
finding-unreadable = 照片无法读取
finding-truncated = 照片不完整，只有 { $bytes } 字节
finding-too_large = 文件太大（{ $bytes } 字节），有的接收方不收
finding-too_small = 像素太少（{ $width }×{ $height }），可能看不清
finding-changed_since_hashed = 拍摄后文件被改动
finding-duplicate = 与“{ $where }”是同一张照片
finding-duplicate_elsewhere = 同一张照片已用在另一个案件的“{ $where }”中
finding-heic = HEIC 格式，有的接收方打不开
finding-rotated = 照片存储时转了方向（{ $orientation }）
finding-no_time = 照片没有拍摄时间
finding-time_far_from_case = 拍摄时间与事故相差 { $minutes } 分钟
finding-clock_jump = 相机时钟与卫星时间相差 { $minutes } 分钟
finding-no_gps = 照片没有位置
finding-far_from_case = 拍摄地点离事故 { $distance_m } 米
finding-far_from_fix = 拍摄地点离手机定位 { $distance_m } 米
finding-wrong_datum = 位置像是 { $datum } 坐标，不是 WGS-84
finding-mock_location = 位置被标记为模拟位置
finding-screenshot = 这是屏幕截图，不是现场拍的照片
finding-edited_by_software = 由软件 { $software } 保存过
finding-readers_disagree = 两个读取器对“{ $field }”的结果不同：{ $first } 与 { $second }

inspect-photo = { $path }：{ $bytes } 字节，{ $size }，拍摄于 { $taken }，位置 { $place }，相机 { $camera }
inspect-no-such-path = 没有这个文件或文件夹：{ $path }
