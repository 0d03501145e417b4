### 核对

validate-valid = 有效
validate-suspicious = 存疑，可以继续
validate-invalid = 无效
validate-suggestion = 是不是：{ $value }？

reason-empty = 没有填写。
reason-wrong_length = 位数不对。
reason-wrong_characters = 含有不允许的字符。
reason-plate_no_province = 第一个字应是省、自治区或直辖市的简称。
reason-plate_no_authority = 第二位应是发牌机关的字母。
reason-plate_no_i_or_o = 号牌序号里没有字母I和O，请核对是不是数字1或0。
reason-plate_unknown_form = 不像任何一种号牌。
reason-plate_special_not_checked = 武警、军队、临时号牌或拖拉机号牌，规则未核实，请再看一遍。
reason-id_wrong_check = 校验码不对，请核对每一位。
reason-id_bad_date = 出生日期不存在。
reason-id_born_later = 出生日期在今天之后。
reason-vin_no_i_o_q = 车辆识别代号里没有字母I、O、Q。
reason-vin_wrong_check = 校验位不对；进口车可能如此，请核对。
reason-uscc_wrong_check = 校验码不对，请核对每一位。
reason-uscc_bad_letter = 统一社会信用代码里没有字母I、O、S、V、Z。
reason-phone_not_mobile = 不是中国大陆的手机号。
reason-number_bad_length = 应为8至40个字符。
reason-controls_removed = 已去掉看不见的控制字符，请核对。
reason-name_too_long = 姓名不能超过50个字。

kind-plate = 号牌
kind-id = 身份证号
kind-vin = 车辆识别代号
kind-uscc = 统一社会信用代码
kind-phone = 手机号
kind-number = 编号
kind-name = 姓名

class-ordinary = 普通号牌
class-new_energy_small = 小型新能源汽车号牌
class-new_energy_large = 大型新能源汽车号牌
class-police = 警用号牌
class-learner = 教练车号牌
class-trailer = 挂车号牌
class-hong_kong = 港澳入出境号牌（港）
class-macao = 港澳入出境号牌（澳）
class-embassy = 使馆号牌
class-consulate = 领馆号牌
class-emergency = 应急救援号牌
