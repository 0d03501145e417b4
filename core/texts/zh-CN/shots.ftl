### 拍摄

shot-scene_front = 车辆前方全景
shot-scene_rear = 车辆后方全景
shot-scene_side = 侧面全景
shot-contact_close = 碰撞部位近照
shot-damage_a = 甲方损坏部位
shot-damage_b = 乙方损坏部位
shot-plate_a = 甲方号牌
shot-plate_b = 乙方号牌
shot-marks_debris = 刹车痕和散落物
shot-signal_sign = 信号灯或标志
shot-lane_lines = 车道标线
shot-moved_position = 移车后的位置
shot-licence_a = 甲方驾驶证
shot-licence_b = 乙方驾驶证
shot-permit_a = 甲方行驶证
shot-permit_b = 乙方行驶证
shot-insurance_a = 甲方保险凭证
shot-insurance_b = 乙方保险凭证
shot-vin_a = 甲方车辆识别代号
shot-vin_b = 乙方车辆识别代号
shot-specialist_badge = 查勘员证件
shot-other = 其他

shots-general = 一般事故
shots-rear_end = 追尾
shots-junction = 路口
shots-lane_change = 变道
shots-wrong_way = 逆行
shots-single = 单车事故
