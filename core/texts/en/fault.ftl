### Liability and circumstances

liability-full = full liability
liability-main = main liability
liability-equal = equal liability
liability-minor = minor liability
liability-none = no liability

circumstance-rear_end = rear-end collision
circumstance-wrong_way = driving the wrong way
circumstance-reversing = reversing
circumstance-rolling = rolling away
circumstance-door = opening or closing a door
circumstance-signal = disobeying a signal
circumstance-give_way = failing to give way
circumstance-other_full = another case of full liability
circumstance-equal_fault = a case of equal liability
circumstance-mishap = a pure accident, nobody at fault

fault-no_parties = No party has a liability yet.
fault-full_excludes_others = When one party bears full liability, all others bear none.
fault-two_full = Two parties cannot both bear full liability.
fault-equal_needs_two = Equal liability needs at least two parties.
fault-equal_excludes_main_and_minor = Equal liability does not go with main or minor liability.
fault-main_needs_minor = Main liability needs a party with minor liability.
fault-minor_needs_main = Minor liability needs a party with main liability.
fault-nobody_needs_mishap = Nobody is liable only in a pure accident.
fault-circumstance_needs_blame = What was chosen means that one party bears full or main liability.
fault-circumstance_needs_full = What was chosen means that one party bears full liability.
fault-circumstance_needs_equal = What was chosen means equal liability.
fault-circumstance_needs_nobody = In a pure accident nobody is liable.
fault-not_in_pack = The local rules do not accept this set of liabilities.
fault-would_do = This would do: { $sets }
