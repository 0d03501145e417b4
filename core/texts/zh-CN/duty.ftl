### 遇案即停

verdict-must_stop = 遇案即停：请在安全处停车
verdict-exempt = 可以不停
verdict-report_only = 只需上报，不要停车
verdict-cannot_tell = 无法判断
verdict-clear = 附近没有需要处理的事故

urgent-casualty_accident = 有人员伤亡的案件
urgent-major_loss = 重大损失案件
urgent-disaster = 重大灾害应急
urgent-authority_order = 主管部门指派的紧急任务

duty-reason-ahead = 事故就在前方
duty-reason-road_unknown = 道路类型不清楚，请只在安全处停车
duty-reason-credential_unknown = 证件状态不清楚
duty-reason-urgent_task = 有重大紧急任务
duty-reason-declared_after = 紧急任务是在提示停车之后才申报的
duty-reason-already_there = 你正在这起事故现场
duty-reason-on_another_case = 正在处理另一起案件
duty-reason-expressway = 高速公路上不得随意停车
duty-reason-off_duty = 当前不在岗
duty-reason-served = 已有查勘员到场
duty-reason-not_certified = 没有有效证件
duty-reason-already_raised = 这起事故已提示过
duty-reason-no_fix = 还没有定位
duty-reason-fix_old = 定位太旧，请等待新的定位
duty-reason-fix_inaccurate = 定位误差太大，到开阔处可改善
duty-reason-fix_mocked = 定位被标记为模拟位置
duty-reason-time_jump = 手机时钟发生跳变
duty-reason-position_jump = 位置跳变，车辆不可能这样移动
duty-reason-fix_frozen = 定位不再变化，车辆却在行驶
duty-reason-confirming = 正在用下一次定位确认
duty-reason-motorway_speed = 车速像在高速公路上，道路类型不清楚
duty-reason-passed = 已经驶过
duty-reason-out_of_reach = 离得还远
duty-reason-closed = 事故已处理完毕

replay-change = { $at }　{ $accident }：{ $verdict }（{ $reasons }），相距 { $distance } 米，车速 { $speed } 公里/小时
replay-assumed-accuracy = 轨迹没有精度，按 { $metres } 米计算，共 { $fixes } 个定位点
replay-picture = 一段行车，以及途中值守检查的判断

recheck-line = { $event }　{ $verdict }：{ $found }
recheck-all = 共 { $all } 条判断，其中 { $bad } 条对不上
recheck-same = 重新计算结果一致
recheck-another = 重新计算结果不同
recheck-no_inputs = 没有可重新计算的依据
recheck-no_pack = 缺少当时的规则包
