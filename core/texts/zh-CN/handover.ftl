### 移交：备好内容，由人自己在交管12123等应用中填写

handover-12123 = 交管12123
handover-yantai_wechat = 烟台公安微信公众号

handover-notice = 下面的内容按“{ $name }”的填写顺序排列，逐项复制、自己填写。本应用不替您填写，也不向它发送任何内容。
handover-practice = 这是演练：不要在“{ $name }”里填写任何内容。
handover-open = 打开“{ $name }”
handover-open-by-hand = 本机没有可以直接打开“{ $name }”的方式，请自己打开，再按下面的步骤做。
handover-changed = 备好之后案件内容有改动。请重新准备；已在“{ $name }”中填写的，请对照修改。

handover-state-open = 还没有准备
handover-state-prepared = 已备好，等您自己填写
handover-state-handed_over = 您已注明：已在该应用中填写
handover-state-number_recorded = 已记下该应用给出的编号
handover-state-outcome_recorded = 已记下该应用中的办理结果

handover-outcome-agreed = 双方在该应用中签了自行协商协议
handover-outcome-police_decided = 交警作出了认定
handover-outcome-not_accepted = 该应用没有受理
handover-outcome-cancelled = 已取消

handover-step-open_quick = 打开“{ $name }”，登录后进入“事故快处”
handover-step-open_account = 打开微信，查找公众号“烟台公安”，进入交通事故处理（{ $name }）
handover-step-locate = 定位事故地点，与下面的地点核对
handover-step-scene_photos = 上传现场照片，按下面的顺序
handover-step-move_cars = 车辆撤离到不妨碍交通的地方（已撤离的直接下一步）
handover-step-certificates = 上传双方证件照片
handover-step-accident = 填写时间、天气、事故形态
handover-step-parties = 填写双方信息；没有同意提供的一方自己填写
handover-step-damage = 填写碰撞部位和损失
handover-step-fault = 双方自己确认责任；有争议的共同申请由交警认定
handover-step-sign_there = 双方在该应用中各自签名
handover-step-note_number = 记下该应用给出的编号，回到这里输入或扫描

handover-why-party_types = 由这一方自己填写
handover-why-nobody_agreed = 还没有当事人同意移交
handover-why-names_another = 内容里有另一方的信息，请自己填写
handover-why-not_answered = 这里没有填写
handover-why-no_value = 没有可填写的内容
handover-why-doubtful = 按本机的规则不可能，请核对后自己填写
handover-why-disputed = 双方有争议，由交警认定
handover-why-other_phone = 照片在另一部手机上
handover-why-erased = 照片已从本机删除
handover-why-instead = 没有照片，有文字、标画或录音代替
handover-why-not_taken = 没有拍摄

error-handover-no-app = 本案的规则里没有这个应用的办理方法。
error-handover-not-cleared = 先撤离道路，再准备移交。
error-handover-not-this-way = 按目前所知，这起事故不能在应用里自行办理。请先答完安全问题；有人受伤或有争议无法协商的，拨打 122。
error-handover-nobody-agreed = 还没有当事人同意移交，没有可以准备的内容。请先出示同意书。
error-handover-changed = 准备期间案件内容有改动，请再准备一次。
error-handover-not-prepared = 还没有备好，请先准备。
error-handover-bad-number = 编号应为 8 到 40 个字符，请核对。
error-handover-no-outcome = 请从给出的办理结果中选择。
error-handover-no-number = 请先记下该应用给出的编号。
error-handover-not-handed-over = 请先注明已在该应用中填写，或记下该应用给出的编号。
