"""Scorecards from a log of duty events, computed a second time and in another way than the core does.

Written from docs/assessment.md alone; it shares no code and no table with the Rust side. Only the figures that a
person reads are compared: counts, times in milliseconds, scores in hundredths of a point, places.
"""

import json
import math
from collections import defaultdict

REFUSALS = ("urgent", "cannot_stop_safely", "served", "passed")
STEPS = {"response": ("sighted", "stopped"), "clearing": ("stopped", "cleared"), "sealing": ("cleared", "sealed")}
WEIGHTS = {"response": "sighted_to_stopped", "clearing": "stopped_to_cleared", "sealing": "cleared_to_sealed"}


def read(text):
    """Every event once, whatever the order of the lines."""
    return {(e["device"], e["seq"]): e for e in map(json.loads, filter(str.strip, text.splitlines()))}


def metres(a, b):
    """On a sphere, by the haversine."""
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    east, north = math.radians(b["lon"] - a["lon"]) / 2, (lat_b - lat_a) / 2
    half = math.sin(north) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(east) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def same(a, b):
    """Whether two cases are of one accident, the earlier one first."""
    shared = a["plates"] & b["plates"]
    if a["plates"] and b["plates"] and not shared:
        return False
    if a["name"] == b["name"]:
        return True
    soon = b["begun"] - a["begun"] <= 600_000
    return soon and bool(a["where"] and b["where"]) and metres(a["where"], b["where"]) <= (300 if shared else 30)


def number_accidents(found):
    """One after the other, each joins the first accident that has a case of the same."""
    for (device, case), one in found.items():
        one["name"] = one["accident"] or case
    earlier = []
    for _, one in sorted(found.items(), key=lambda item: (item[1]["begun"], *item[0])):
        joins = [other["place"] for other in earlier if same(other, one)]
        one["place"] = min(joins, default=len({other["place"] for other in earlier}))
        earlier.append(one)


def encounters(events):
    """What each phone did about each case: the first event of every kind, and what its details say."""
    found = defaultdict(lambda: {"first": {}, "accident": None, "insurers": None, "returned": 0, "escalated": 0})
    for key in sorted(events):
        event = events[key]
        if event["case"] is None or event["detail"].get("nature") == "training":
            continue
        one = found[event["device"], event["case"]]
        one.setdefault("company", event.get("company"))
        one["first"].setdefault(event["kind"], event)
        one.setdefault("begun", event["at"]["wall"])
        one["where"] = one.get("where") or event["detail"].get("place")
        one.setdefault("plates", set())
        if event["kind"] == "sealed" and "plates" in event["detail"]:
            one["plates"] = set(event["detail"]["plates"])
        one["accident"] = one["accident"] or event["detail"].get("accident")
        if isinstance(event["detail"].get("insurers"), list):
            one["insurers"] = set(event["detail"]["insurers"])
        one["returned"] += event["kind"] == "returned"
        one["escalated"] += event["kind"] in ("protect", "hazmat", "escalated")
    number_accidents(found)
    earliest = {}
    for (device, case), one in found.items():
        one["device"] = device
        stop = one["first"].get("stopped")
        if stop:
            rank = (stop["at"]["wall"], device, stop["seq"])
            earliest[one["place"]] = min(earliest.get(one["place"], rank), rank)
    for one in found.values():
        stop = one["first"].get("stopped")
        one["credited"] = bool(stop) and earliest[one["place"]] == (stop["at"]["wall"], one["device"], stop["seq"])
        refused = [one["first"][kind] for kind in REFUSALS if kind in one["first"]]
        one["refusal"] = None if stop or not refused else min(refused, key=lambda event: event["seq"])["kind"]
    return list(found.values())


def duration(start, end, left_open_ms):
    """Milliseconds, or why there are none."""
    a, b = start["at"], end["at"]
    certain = a["boot"] == b["boot"] and b["mono_ms"] >= a["mono_ms"]
    ms = b["mono_ms"] - a["mono_ms"] if certain else b["wall"] - a["wall"]
    return "left_open" if ms > left_open_ms else ms if certain else "uncertain"


def rank(times, share):
    """The nearest rank: of n times the one at place ceil(share · n)."""
    return sorted(times)[math.ceil(share * len(times)) - 1] if times else None


def times(ones, step, rules):
    begin, finish = STEPS[step]
    sample = {"missing": 0, "uncertain": 0, "left_open": 0}
    good = []
    for one in ones:
        start, end = one["first"].get(begin), one["first"].get(finish)
        if one["refusal"] or not (start or end):
            continue
        took = duration(start, end, rules["left_open_min"] * 60_000) if start and end else "missing"
        if isinstance(took, str):
            sample[took] += 1
        else:
            good.append(took)
    # 9 · n / 10 in whole numbers: a float could land beside the rank.
    p90 = sorted(good)[(9 * len(good) + 9) // 10 - 1] if good else None
    return sample | {"counted": len(good), "median_ms": rank(good, 0.5), "p90_ms": p90, "best_ms": min(good, default=None)}


def score(figures, sealed, returned, rules):
    parts = {}
    for step, name in WEIGHTS.items():
        scale, median = rules["scale"][name], figures[step]["median_ms"]
        if median is not None:
            best, worst = scale["best_s"] * 1000, scale["worst_s"] * 1000
            parts[name] = 10_000 * (worst - min(max(median, best), worst)) // (worst - best)
    if sealed:
        parts["not_returned"] = 10_000 * (sealed - returned) // sealed
    weighed = {name: rules[name] for name in (*WEIGHTS.values(), "not_returned") if rules[name]}
    return sum(parts[name] * weight for name, weight in weighed.items()) // 100 if weighed.keys() <= parts.keys() else None


def card(ones, verdicts, answered, rules):
    stopped = [one for one in ones if "stopped" in one["first"]]
    sealed = [one for one in ones if "sealed" in one["first"]]
    own = [one for one in stopped if one["insurers"] and one["company"] in one["insurers"]]
    other = [one for one in stopped if one["insurers"] and one["company"] and one not in own]
    figures = {step: times(ones, step, rules) for step in STEPS}
    told = {(e["device"], e["detail"].get("accident")) for e in verdicts if e["detail"].get("verdict") == "must_stop"}
    told = {pair for pair in told if pair[1] is not None}
    refusals = [one["refusal"] for one in ones if one["refusal"]]
    returned = sum(1 for one in ones if one["returned"])
    return figures | {
        "stops": sum(one["credited"] for one in stopped),
        "supports": sum(not one["credited"] for one in stopped),
        "own_assists": len(own) if own or other else None,
        "other_assists": len(other) if own or other else None,
        "insurers_not_known": len(stopped) - len(own) - len(other),
        "refusals": {reason: refusals.count(reason) for reason in set(refusals)},
        "must_stop": len(told),
        "unanswered": len(told - answered),
        "escalations": sum(1 for one in ones if one["escalated"]),
        "sealed": len(sealed),
        "returned": returned,
        "completeness": 10_000 * sum("sealed" in one["first"] for one in stopped) // len(stopped) if stopped else None,
        "score": score(figures, len(sealed), returned, rules),
    }


def cards(text, rules):
    """The card of the programme (key none), of each company and of each phone."""
    events = {key: e for key, e in read(text).items() if e["detail"].get("nature") != "training"}
    ones = encounters(events)
    answered = {(one["device"], one["accident"]) for one in ones if "stopped" in one["first"] or one["refusal"]}
    verdicts = [e for e in events.values() if e["kind"] == "verdict"]
    made = {None: card(ones, verdicts, answered, rules)}
    for who, key in (("company", "company"), ("specialist", "device")):
        for name in {e.get(key) for e in events.values()} - {None}:
            mine = lambda thing: thing.get(key) == name  # noqa: E731
            made[who, name] = card(list(filter(mine, ones)), list(filter(mine, verdicts)), answered, rules)
    return made


def places(made, kind, rules):
    """Equals share their place; too few stops give none."""
    enough = [
        (one["score"], key[1])
        for key, one in made.items()
        if key and key[0] == kind and one["stops"] + one["supports"] >= rules["small_sample"] and one["score"] is not None
    ]
    return {name: 1 + sum(other > points for other, _ in enough) for points, name in enough}
