### 演示报告页

report-title = 警保 · 演示报告
report-kicker = 从发现事故到封存案卷
report-result-all = { $operations } 项内容全部送达，每项一次；案卷完整，签名可信。
report-result-arrived = { $operations } 项内容全部送达，每项一次；案卷核验未通过。
report-result-untrusted = { $operations } 项内容全部送达，每项一次；案卷完整，但签名者不可信。
report-result-open = { $operations } 项内容中，{ $sent } 项已送达，其余尚未送达。
report-result-nothing = 没有任何内容需要送达。
report-when = 现场时间 { $first } 至 { $last }
report-took = 演示用时 { $seconds } 秒

report-figures = 关键数字
report-figure-operations = 送达 / 全部
report-figure-receipts = 回执
report-figure-photos = 照片
report-figure-kills = 强制终止进程
report-figure-outages = 网关中断
report-figure-resent = 重发
report-figure-warned = 提示停车时距离
report-figure-parties = 当事人
report-figure-clearing = 停车到撤离（分）
report-metres = { $n } 米

report-open-agreement = { $n ->
    [1] 打开协议书
   *[other] 第 { $n } 起的协议书
}
report-open-bundle = 下载案卷
report-open-summary = 机器可读结果

report-timeline = 经过
report-blow = 故障
report-who-surveyor = 查勘员
report-who-driver = 当事人
report-who-gateway = 网关
report-who-road = 路上
report-who-stranger = 核验人

report-map = 行车与判定
report-map-alt = 上北下南的行车示意图：线的颜色是当时的判定，编号是判定改变处
report-map-accident = 事故
report-map-north = 北
report-map-whole = 全程
report-verdict-must_stop = 必须停车
report-verdict-exempt = 可以不停
report-verdict-report_only = 只需上报
report-verdict-cannot_tell = 无法判断
report-verdict-clear = 无须处理

report-photos = 照片
report-photo-clean = 无异常
report-photo-not-shown = 浏览器无法显示
report-photos-note = 缩略图就是原件本身；编号是原件 SHA-256 的前 12 位，鼠标停留可看全部。

report-queue = 队列
report-queue-alt = 两部手机上等待发送的数量与已得回执的数量，按查看顺序
report-queue-surveyor = 查勘员手机等待
report-queue-driver = 当事人手机等待
report-queue-done = 已有回执
report-queue-when = 何时

report-proof = 凭据
report-verified-whole = 完整
report-verified-broken = 不完整
report-verified-trusted = 签名可信
report-verified-untrusted = 签名不可信
report-signer = 担保公钥
report-custody = 保管日志
report-leaves = { $n } 条
report-root = 根
report-key = 公钥
report-cases = 案件
report-revision = 第 { $n } 版
report-claim = 快赔通知
report-record = 记录
report-receipts = 网关回执
report-receipts-count = 共 { $n } 份
report-receipt-kind = 种类
report-receipt-what = 内容
report-receipt-at = 存入时间
report-kind-revision = 版本
report-kind-statement = 陈述
report-kind-photo = 照片
report-kind-notice = 快赔通知
report-kind-event = 事件
report-foot = 本页由演示程序根据实际运行结果生成；画中街道、车辆与号牌均为虚构。
report-state-stored = 网关已存
report-case-parties = { $n } 方当事人
report-living = 持证上岗
report-living-alt = 查勘员手机上显示的动态码
report-living-number = 证件 { $number } 的动态码，每 15 秒更新
report-living-at-once = 当场核验
report-living-later = 半分钟后再扫它的照片
report-who-association = 协会
