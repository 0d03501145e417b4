### 队列：为什么还没送到

later-unsigned = 等待手机签名
later-unauthorized = 网关不接受登录凭证；内容全部保留，请重新登录
later-no-token = 没有登录凭证；内容全部保留
later-no-gateway = 没有设置网关
later-unreachable = 连不上网关，稍后自动重试
later-cut = 发送中断，稍后从断点继续
later-stalled = 网络没有动静，稍后从断点继续
later-certificate = 网关的证书不可信；内容全部保留，请检查网络或联系管理员
later-server = 网关暂时出错，稍后自动重试
later-busy = 网关繁忙，按其要求稍后重试
later-not-a-gateway = 收到的不是网关的答复（可能是上网登录页），稍后自动重试
later-not-a-receipt = 答复里没有回执，稍后自动重试
later-foreign-receipt = 回执与发送的内容不符，不予采信，稍后自动重试
later-upload-lost = 网关上的上传不见了，将重新上传
later-upload-stuck = 上传进度反复，稍后从断点继续
later-budget = 本次时间已用完，下次从断点继续
later-storage = 手机存储出错，稍后自动重试
parked-refused = 网关拒收，已保留；请查看原因后重试或导出
parked-photo-gone = 照片文件找不到了
parked-photo-damaged = 照片文件已损坏
parked-incomplete = 内容不完整，等待处理
returned-incomplete = 材料不全
returned-unreadable_photos = 照片看不清
returned-contradiction = 内容前后矛盾
returned-wrong_party = 当事人或保险公司有误
returned-other_reason = 其他原因，另行告知
