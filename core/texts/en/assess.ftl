# Times of a case
assess-response = sighted to stopped
assess-clearing = stopped to cleared
assess-whole = sighted to sealed
took-certain = { $minutes } min { $seconds } s
took-uncertain = uncertain: the phone was restarted; its clock says { $minutes } min { $seconds } s; not counted
took-missing = not in the log: { $what }
took-left_open = left open for { $hours } h; not counted
