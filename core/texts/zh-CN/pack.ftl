### 规则包

pack-refused-no_key = 本软件没有设置协会的公钥，不接受规则包；继续使用原来的。
pack-refused-not_readable = 规则包无法读取，继续使用原来的：{ $problem }
pack-refused-not_signed = 规则包不是协会密钥签名的，继续使用原来的。
pack-refused-schema = 规则包的格式是第 { $there } 版，本软件只认第 { $here } 版；请先更新软件。继续使用原来的规则包。
pack-refused-other_region = 这是 { $there } 的规则包，这里用的是 { $here }；继续使用原来的。
pack-refused-not_newer = 规则包是第 { $there } 版，不比现在的第 { $here } 版新；继续使用原来的。

consent-own_insurer-1 = 同意把事故记录、照片和签名交给本人的保险公司，用于本次事故理赔。
consent-other_insurer-1 = 同意把对方保险公司理赔所需的内容交给它：本人的车牌、保险、责任和损失情况。
consent-police_handover-1 = 同意在当事人申请时，把事故记录和照片移交公安交管部门。
consent-association-1 = 同意把去除个人身份信息的事故记录交给保险行业协会，用于统计和改进服务。

pack-good = { $id } 第 { $version } 版：内容完整，格式第 { $schema } 版。
pack-signed-trusted = 签名正确，密钥 { $key }。
pack-signed-unknown = 带有密钥 { $key } 的签名；没有给出公钥（--key），签名未核对。
pack-signed-none = 没有签名；手机不会接受，请先签名。
pack-bad = 不是可用的规则包：{ $problem }
pack-wrong-signature = 签名不是给出的密钥签的；文件被改动过，或者是别人签的。
pack-bad-schema = schema：格式是第 { $there } 版，本软件只认第 { $here } 版。
pack-bad-public-key = 公钥无法读取：要 base64url 的公钥，或公钥 PEM 文件。
pack-bad-private-key = 私钥无法读取：要 PKCS#8 格式的 P-256 私钥 PEM 文件。
pack-written = 已签名：{ $id } 第 { $version } 版，密钥 { $key }，写入 { $file }

rules-in-force-app = 规则 { $id } 第 { $version } 版，随应用安装。
rules-in-force-association = 规则 { $id } 第 { $version } 版，由协会签名下发。
rules-newer = 本案开始时用的是规则第 { $under } 版，一直用到结案；现在新开的案件用第 { $newest } 版。
