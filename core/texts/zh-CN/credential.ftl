### 查勘员证件与活码

seen-word-genuine = 真实有效
seen-word-not_yet_valid = 尚未生效
seen-word-expired = 已过期
seen-word-revoked = 已吊销
seen-word-not_a_specialist = 不是本项目人员
seen-word-cannot_check = 无法核验

seen-genuine = 证件由协会签发，正由本人手机出示。请对照照片。
seen-not_yet_valid = 证件由协会签发，但有效期还没开始。
seen-expired = 证件由协会签发，但已经过期。
seen-revoked = 协会已经吊销这份证件。不要把资料交给对方。
seen-not_a_specialist = 这不是协会签发的证件，或不是由本人手机出示。不要把资料交给对方；有疑问请拨打122。
seen-old = 这个码已超过30秒，不予认可：可能是截图，也可能是时钟不准。请用随机码核验。
seen-clocks_differ = 两部手机的时钟相差超过30秒，无法按时间核验。请用随机码核验。
seen-other_challenge = 这不是对本机随机码的应答。请重新出示随机码，让对方扫描。
seen-copy = 这是证件的复印件，谁都可以复制。请对方在手机上打开活码，或用随机码核验。
seen-no_key = 本机没有协会的公钥，无法核验。
seen-newer = 这个码由更新版本的应用生成；请先升级。
seen-unreadable = 这个码读不完整。请擦净屏幕，调亮后重新扫描。

revocations-none = 本机没有吊销名单
revocations-minutes = 吊销名单是{ $number }分钟前的
revocations-hours = 吊销名单是{ $number }小时前的
revocations-days = 吊销名单是{ $number }天前的

revocations-refused-no_key = 本机没有协会的公钥，不接受吊销名单。
revocations-refused-not_readable = 这不是吊销名单。
revocations-refused-not_signed = 吊销名单不是协会签发的；仍用原来的名单。
revocations-refused-not_newer = 本机的吊销名单同样新或更新；仍用本机的。

credential-faulty-number = 证号为空、过长，或含有看不见的字符。
credential-faulty-name = 姓名为空、过长，或含有看不见的字符。
credential-faulty-company = 公司名称为空、过长，或含有看不见的字符。
credential-faulty-times = 有效期不对：截止要晚于开始。
credential-faulty-signature = 无法签发：签名不可用，或内容过长。

error-credential-none = 本机还没有证件。请先接收协会签发的证件文件。
error-credential-not-issued = 这份证件不是协会签发的，不予接收。
error-credential-other-phone = 这份证件绑定的是另一部手机，本机不能出示。

credential-issued = 已签发：证号 { $number }，文件 { $file }
credential-revoked = 已吊销：证号 { $number }，名单 { $file }
credential-shown = { $word }：{ $name }，{ $company }，证号 { $number }，有效期 { $from } 至 { $to }，签发密钥 { $key }
credential-bad-photo = 照片无法使用：需要一张能打开的 JPEG、PNG 或 WebP 人像。
credential-list-needs-trust = 核对吊销名单需要协会的公钥（--trust）。
device-unknown = 这台设备没有登记
device-other-key = 证件绑定的是另一部手机的公钥
