### 责任与情形

liability-full = 全部责任
liability-main = 主要责任
liability-equal = 同等责任
liability-minor = 次要责任
liability-none = 无责任

circumstance-rear_end = 追尾
circumstance-wrong_way = 逆行
circumstance-reversing = 倒车
circumstance-rolling = 溜车
circumstance-door = 开关车门
circumstance-signal = 违反交通信号
circumstance-give_way = 未按规定让行
circumstance-other_full = 其他应负全部责任的情形
circumstance-equal_fault = 同等责任的情形
circumstance-mishap = 交通意外

fault-no_parties = 还没有任何一方的责任。
fault-full_excludes_others = 一方负全部责任时，其他各方应当无责任。
fault-two_full = 不能有两方都负全部责任。
fault-equal_needs_two = 同等责任至少要有两方。
fault-equal_excludes_main_and_minor = 同等责任不能与主要、次要责任并存。
fault-main_needs_minor = 有主要责任，就要有次要责任。
fault-minor_needs_main = 有次要责任，就要有主要责任。
fault-nobody_needs_mishap = 只有交通意外才能各方都无责任。
fault-circumstance_needs_blame = 按所选情形，应有一方负全部或主要责任。
fault-circumstance_needs_full = 按所选情形，应有一方负全部责任。
fault-circumstance_needs_equal = 按所选情形，应为同等责任。
fault-circumstance_needs_nobody = 交通意外中各方均无责任。
fault-not_in_pack = 本地规则不接受这样的责任组合。
fault-would_do = 可以这样：{ $sets }
