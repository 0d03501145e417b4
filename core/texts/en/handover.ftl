### Hand-over: what lies ready to be typed in by hand, in 12123 or such an app

handover-12123 = the 12123 app
handover-yantai_wechat = the WeChat account 烟台公安

handover-notice = This is in the order in which “{ $name }” asks for it: copy one value after the other and fill it in yourself. This app fills in nothing for you and sends nothing there.
handover-practice = This is practice: type nothing of it into “{ $name }”.
handover-open = Open “{ $name }”
handover-open-by-hand = This phone has no way to open “{ $name }” directly: open it yourself and follow the steps below.
handover-changed = The case has changed since this was prepared. Prepare it again; what is in “{ $name }” already, compare and change there.

handover-state-open = nothing prepared yet
handover-state-prepared = ready for you to fill in
handover-state-handed_over = you noted that it was filled in there
handover-state-number_recorded = the number it has there is noted
handover-state-outcome_recorded = how it ended there is noted

handover-outcome-agreed = both signed an agreement there
handover-outcome-police_decided = the police decided
handover-outcome-not_accepted = it was not accepted there
handover-outcome-cancelled = cancelled

handover-step-open_quick = Open “{ $name }”, log in and go to “事故快处” (quick handling)
handover-step-open_account = Open WeChat, look for the account “烟台公安” and go to its traffic accidents ({ $name })
handover-step-locate = Set the place, and compare it with the one below
handover-step-scene_photos = Add the photos of the scene in this order
handover-step-move_cars = Move the cars to where they are in nobody's way (go on if that is done)
handover-step-certificates = Add the photos of both sides' documents
handover-step-accident = Fill in time, weather and form of the accident
handover-step-parties = Fill in both sides; who did not agree to pass it on types it himself
handover-step-damage = Fill in points of impact and damage
handover-step-fault = Both confirm liability themselves; where they disagree, they ask there together for a decision of the police
handover-step-sign_there = Both sign there, each for himself
handover-step-note_number = Note the number it has there, come back here and type or scan it

handover-why-party_types = that party types it himself
handover-why-nobody_agreed = no party has agreed to a hand-over yet
handover-why-names_another = something about another party stands in it; type it yourself
handover-why-not_answered = not answered here
handover-why-no_value = nothing to fill in
handover-why-doubtful = cannot be, by the rules of this phone; check it and type it yourself
handover-why-disputed = they disagree; the police decide
handover-why-other_phone = the photo is on another phone
handover-why-erased = the photo was deleted from this phone
handover-why-instead = no photo; words, a marking or a recording stand for it
handover-why-not_taken = not taken

error-handover-no-app = The rules of this case do not say how that app works.
error-handover-not-cleared = Clear the road first, then prepare the hand-over.
error-handover-not-this-way = By what is known so far this accident is not for an app. Answer the questions about safety first; if somebody is hurt, or nobody can agree, call 122.
error-handover-nobody-agreed = No party has agreed to a hand-over, so there is nothing to prepare. Show the consent text first.
error-handover-changed = The case changed while this was prepared; prepare it again.
error-handover-not-prepared = Nothing lies ready; prepare it first.
error-handover-bad-number = The number has 8 to 40 characters; please check it.
error-handover-no-outcome = Choose one of the outcomes.
error-handover-no-number = Note the number it has there first.
error-handover-not-handed-over = First note that it was filled in there, or the number it has there.
