### Stop on sight

verdict-must_stop = Stop on sight: stop where it is safe
verdict-exempt = Excused from stopping
verdict-report_only = Report only, do not stop
verdict-cannot_tell = Cannot tell
verdict-clear = No accident to stop at

urgent-casualty_accident = a case with casualties
urgent-major_loss = a case of major loss
urgent-disaster = a disaster
urgent-authority_order = an urgent order of the authorities

duty-reason-ahead = the accident is ahead
duty-reason-road_unknown = the kind of road is not known; stop only where it is safe
duty-reason-credential_unknown = the credential could not be checked
duty-reason-urgent_task = a serious urgent task
duty-reason-declared_after = the urgent task was declared only after stopping had been demanded
duty-reason-already_there = you are at this accident
duty-reason-on_another_case = working on another case
duty-reason-expressway = on an expressway nobody stops at will
duty-reason-off_duty = off duty
duty-reason-served = another specialist is there
duty-reason-not_certified = no valid credential
duty-reason-already_raised = this accident was announced before
duty-reason-no_fix = there is no position yet
duty-reason-fix_old = the position is old; a new one would settle it
duty-reason-fix_inaccurate = the position is too inaccurate; open sky would settle it
duty-reason-fix_mocked = the position is marked as simulated
duty-reason-time_jump = the phone's clock has jumped
duty-reason-position_jump = the position jumped as no car can
duty-reason-fix_frozen = the position stands still although the car moves
duty-reason-confirming = waiting for the next position to confirm
duty-reason-motorway_speed = the speed is that of an expressway and the kind of road is not known
duty-reason-passed = it is behind
duty-reason-out_of_reach = it is far away
duty-reason-closed = the accident is closed

replay-change = { $at }  { $accident }: { $verdict } ({ $reasons }), { $distance } m away at { $speed } km/h
replay-assumed-accuracy = The track tells no accuracy: { $metres } m assumed for { $fixes } fixes
replay-picture = A drive, and what the duty check said on it

recheck-line = { $event }  { $verdict }: { $found }
recheck-all = { $all } verdicts, { $bad } of them not confirmed
recheck-same = the same once more
recheck-another = comes out differently
recheck-no_inputs = has nothing to compute it from
recheck-no_pack = its rule pack is not at hand
