"""The scorecards of the gateway against a second computation, on made logs and on the demo's."""

import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest
import uuid

import scorecard

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
RULES = json.loads((ROOT / "core/packs/shandong-yantai.json").read_text("utf-8"))["score"]
KINDS = ["sighted", "stopped", "cleared", "sealed"] * 6 + ["urgent", "served", "passed", "cannot_stop_safely"] + ["returned", "escalated", "verdict"]


def told(path, *more):
    """What the gateway says of a log."""
    run = subprocess.run([PROGRAMS / "jingbao-gateway", "score", path, "--json", *more], capture_output=True, check=True)
    return run.stdout


def place(dice):
    """One of a few corners, give or take."""
    metre = 1 / 111_195
    lat = 37.5 + metre * (dice.choice([0, 200, 5_000]) + dice.uniform(-25, 25))
    return {"lat": lat, "lon": 121.4, "datum": "WGS-84", "accuracy_m": 5.0, "source": "phone", "mock": False}


def made_log(seed):
    """A log of some phones: cases in order, and among them whatever else phones can say; restarts and clocks that jump."""
    dice = random.Random(seed)
    lines = []
    for phone in range(dice.randint(1, 6)):
        device = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        company = dice.choice(["picc", "cpic", "pingan", None])
        mono, boot, wall = dice.randint(0, 10**6), "a", 1_795_395_600_000 + dice.randint(0, 10**7)
        seq = 0

        def say(case, kind, detail):
            nonlocal seq, mono, wall, boot
            seq += 1
            step = dice.choice([dice.randint(1, 900), dice.randint(1, 4_000), 40_000]) * 1_000 + dice.randint(0, 999)
            mono, wall = mono + step, wall + step
            if dice.random() < 0.02:
                boot, mono = boot + "b", dice.randint(0, 9_000)
            if dice.random() < 0.02:
                wall -= 3_600_000
            at = {"wall": wall, "offset_s": 28_800, "mono_ms": mono, "boot": boot}
            event = {"device": device, "seq": seq, "case": case, "at": at, "pack": 1, "kind": kind, "detail": detail}
            lines.append(event | ({"company": company} if company else {}))

        for number in range(dice.randint(0, 40)):
            case = str(uuid.UUID(int=dice.getrandbits(128), version=4))
            accident = {"accident": f"accident-{dice.randint(0, 60)}"}
            if dice.random() < 0.3:
                say(None, "verdict", accident | {"verdict": dice.choice(["must_stop", "report_only", "clear"])})
            if dice.random() < 0.7:
                kinds = ["sighted", "stopped", "cleared", "sealed"][: dice.choice([1, 2, 3, 4, 4, 4, 4])]
            else:
                kinds = dice.choices(KINDS, k=dice.randint(1, 6))
            for kind in kinds:
                detail = dict(accident)
                if kind == "sealed" and dice.random() < 0.8:
                    detail["insurers"] = dice.sample(["picc", "cpic", "pingan"], dice.randint(0, 2))
                if kind == "sealed" and dice.random() < 0.5:
                    detail["plates"] = [f"{dice.randint(0, 3):03x}" for _ in range(dice.randint(1, 2))]
                if kind in ("sighted", "stopped") and dice.random() < 0.8:
                    detail["place"] = place(dice)
                if dice.random() < 0.01:
                    detail["nature"] = "training"
                say(case, kind, detail)
    return lines


def flat(card):
    """The core's card in the words of the second computation."""
    count = lambda figure: None if figure is None else figure["count"]  # noqa: E731
    figures = {
        step: {
            "counted": len(card[step]["counted"]),
            **{key: card[step][key] for key in ("median_ms", "p90_ms", "best_ms")},
            **{key: card[step][key]["count"] for key in ("missing", "uncertain", "left_open")},
        }
        for step in scorecard.STEPS
    }
    counts = "stops supports own_assists other_assists insurers_not_known must_stop unanswered escalations sealed returned"
    return figures | {
        **{name: count(card[name]) for name in counts.split()},
        "refusals": {reason: count(figure) for reason, figure in card["refusals"].items()},
        "completeness": card["completeness"],
        "score": card["score"]["total"],
    }


class Scorecards(unittest.TestCase):
    maxDiff = None

    def compare(self, text, path):
        theirs = json.loads(told(path))
        cards = {(c["subject"]["of"], c["subject"].get("id")): flat(c) for c in theirs["cards"]}
        cards[None] = cards.pop(("programme", None))
        ours = scorecard.cards(text, RULES)
        self.assertEqual(cards, ours)
        for kind, list_ in (("specialist", "specialists"), ("company", "companies")):
            places = {place["subject"]["id"]: place["place"] for place in theirs[list_]["places"]}
            self.assertEqual(places, scorecard.places(ours, kind, RULES))
        return ours

    def test_made_logs_give_the_same_figures_to_the_millisecond_and_the_hundredth(self):
        scored = 0
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(60):
                text = "\n".join(json.dumps(line) for line in made_log(seed))
                path = pathlib.Path(folder) / "log.jsonl"
                path.write_text(text, "utf-8")
                scored += sum(card["score"] is not None for card in self.compare(text, path).values())
        self.assertGreater(scored, 100, "logs that hardly give a score compare nothing")

    def test_a_shuffled_log_with_repeated_lines_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "log.jsonl"
            lines = [json.dumps(line) for line in made_log(7)]
            path.write_text("\n".join(lines), "utf-8")
            before = told(path)
            for seed in range(5):
                mixed = lines + lines[:9]
                random.Random(seed).shuffle(mixed)
                path.write_text("\n".join(mixed), "utf-8")
                self.assertEqual(told(path), before)

    def test_the_demos_log_gives_the_same_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAMS / "demo", "--out", folder], check=True, capture_output=True)
            path = pathlib.Path(folder) / "log.jsonl"
            ours = self.compare(path.read_text("utf-8"), path)
            self.assertGreaterEqual(ours[None]["stops"], 1)
            self.assertGreater(ours[None]["clearing"]["median_ms"], 0)


if __name__ == "__main__":
    unittest.main()
