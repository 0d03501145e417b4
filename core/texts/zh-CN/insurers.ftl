### 保险公司与移交

insurer-picc = 人保财险
insurer-pingan = 平安产险
insurer-cpic = 太保产险
insurer-chinalife = 国寿财险
insurer-cic = 中华财险
insurer-ccic = 大地保险
insurer-sunshine = 阳光财险
insurer-taiping = 太平财险
insurer-tianan = 天安财险
insurer-huaan = 华安财险
insurer-yongan = 永安财险
insurer-huatai = 华泰财险
insurer-dajia = 大家财险
insurer-bohai = 渤海财险
insurer-dubang = 都邦财险
insurer-yingda = 英大财险
insurer-zijin = 紫金财险
insurer-taishan = 泰山财险
insurer-ancheng = 安诚财险
insurer-zhongan = 众安保险
insurer-alltrust = 永诚财险
insurer-dinghe = 鼎和财险

