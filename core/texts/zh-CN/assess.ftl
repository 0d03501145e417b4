# 一案用时
assess-response = 发现到停车
assess-clearing = 停车到清场
assess-whole = 发现到封存
took-certain = { $minutes } 分 { $seconds } 秒
took-uncertain = 不确定：其间手机重启，按手机时钟为 { $minutes } 分 { $seconds } 秒，不计入
took-missing = 没有记录：{ $what }
took-left_open = 案件一直未结（{ $hours } 小时），不计入
