### 快赔通知：通知自己的保险公司，以及保险公司怎么说

claim-ready = 可以通知自己的保险公司
claim-not_ready = 还不能通知自己的保险公司
claim-queued = 通知已生成，等待送出
claim-noticed = 通知已送达，保险公司还没有答复
claim-withheld = 同意已撤回，通知没有送出
claim-withheld_late = 同意已撤回，不再发送；此前曾尝试发送，保险公司可能已经收到
claim-received = 答复：已收到通知
claim-accepted = 答复：已受理
claim-needs_more = 答复：需要补充材料
claim-refused = 答复：不予受理
claim-settled = 答复：已结案
claim-not-known = 本版本不认识的答复：{ $code }
claim-reason-incomplete = 材料不全
claim-reason-unreadable_photos = 照片看不清
claim-reason-inspection = 需要查看车损
claim-reason-not_insured = 没有承保这辆车
claim-reason-not_covered = 不在保险责任范围内
claim-reason-duplicate = 同一事故已有报案
claim-reason-other_reason = 其他原因，另行告知
claim-none-training = 练习案件不通知任何人。
claim-none-no_insurer = 封存的记录里没有写明这一方的保险公司；请向保险公司电话报案。
claim-none-insurer_disputed = 两部手机填写的保险公司不一致；请先核对，再封存一次。
claim-none-already = 这一版本已经通知过了。
