"""The generated Python face: the journey of a script or a notebook. `cargo xtask test python` runs it."""

import asyncio
import pathlib
import tempfile
import unittest
import zipfile

import jingbao

HERE = jingbao.Position(lat=37.5365, lon=121.3910, accuracy_m=8.0, mock=False)
SAMPLES = {
    "fact": "no",
    "name": "张三",
    "resident_id": "11010519491231002X",
    "phone": "13800138000",
    "plate": "鲁F5K821",
    "number": "PDAA202611230001",
    "text": "17:52",
}


class Nobody(jingbao.Credentials):
    def token(self):
        return None


class Heard(jingbao.Listener):
    """Calls back into the engine, which must not dead-lock."""

    def __init__(self):
        self.field, self.lines = None, []

    def changed(self, what):
        self.lines.append(what)
        if self.field is not None:
            self.field.cases()


def jpeg(comment):
    """One grey pixel, and a comment that makes its bytes unlike others."""
    text = comment.encode()
    table = bytes([1] + [0] * 15)
    return b"".join([
        b"\xff\xd8\xff\xfe", (len(text) + 2).to_bytes(2, "big"), text,
        b"\xff\xdb\x00\x43\x00", b"\x01" * 64,
        b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00",
        b"\xff\xc4\x00\x14\x00", table, b"\x00\xff\xc4\x00\x14\x10", table, b"\x00",
        b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f\xff\xd9",
    ])  # fmt: skip


def answer_to(question):
    """One of the choices, else a made-up value of the right kind."""
    if question.kind in SAMPLES:
        return SAMPLES[question.kind]
    last = question.kind == "liability" and question.party != "A"
    return question.choices[-1 if last else 0].code


class Phone:
    """An engine on software ports, in a folder."""

    def __init__(self, folder, lang="en"):
        self.ports = jingbao.SoftwarePhone.open(str(folder / "keys"))
        self.heard = Heard()
        config = jingbao.Config(
            folder=str(folder / "store"), gateway=None, gateway_key=None, authority=None, lang=lang
        )
        self.field = jingbao.Field.open(config, self.ports, self.ports, Nobody(), self.ports, self.heard)
        self.heard.field = self.field

    def answer_all(self, case, until=lambda question: False):
        view = self.field.case(case)
        for _ in range(200):
            question = view.next
            if question is None or until(question):
                return view
            reply = jingbao.Reply(
                question=question.question, party=question.party, value=answer_to(question), skip=None
            )
            view = self.field.answer(case, reply).view
        raise AssertionError("asked for ever")

    def shoot_all(self, case):
        needed = [shot.slot for shot in self.field.case(case).shots if shot.needed and not shot.taken]
        for slot in needed:
            self.field.add_photo(case, slot, jingbao.PhotoInput.BYTES(jpeg(slot)), jingbao.Held(position=HERE))
        return len(needed)

    def sign_both(self, case, party):
        shown = self.field.case(case).signing
        strokes = [[jingbao.StrokePoint(x=100, y=500), jingbao.StrokePoint(x=900, y=600)]]
        rounds = {
            jingbao.SignatureRound.FACTS: shown.facts_sha256,
            jingbao.SignatureRound.SETTLEMENT: shown.settlement_sha256,
        }
        own = self.field.case(case).own_party == party
        factor = jingbao.SignatureFactor.OWN_PHONE() if own else jingbao.SignatureFactor.WITNESS(None)
        for signature_round, sha256 in rounds.items():
            signature = jingbao.SignatureInput(
                party=party, round=signature_round, shown_sha256=sha256, strokes=strokes, factor=factor
            )
            self.field.sign(case, signature)


class Smoke(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def phone(self, name, lang="en"):
        phone = Phone(self.folder / name, lang)
        self.addCleanup(phone.field.shutdown)
        return phone

    def sight(self, field, training=False):
        return field.sight(
            jingbao.SightInput(position=HERE, accident=None, own_party=None, training=training)
        )

    def test_the_core_answers_with_a_version_of_three_numbers(self):
        self.assertRegex(jingbao.version(), r"^\d+\.\d+\.\d+$")

    def test_two_phones_seal_an_agreement_without_a_network(self):
        car, driver = self.phone("car"), self.phone("driver")
        case = self.sight(car.field)
        car.field.respond(case, "stopped")
        self.assertTrue(car.answer_all(case).triage.settled)
        self.assertEqual(car.shoot_all(case), 3)
        self.assertTrue(car.field.clear(case).cleared)
        car.answer_all(case, until=lambda question: question.party == "B")

        invitation = car.field.show_code(case, jingbao.CodeKind.INVITATION("B"))
        self.assertEqual(driver.field.scan(invitation).kind, "joined")
        driver.field.clear(case)
        driver.answer_all(case)
        car.field.scan(driver.field.show_code(case, jingbao.CodeKind.STATEMENT()))
        self.assertEqual(car.answer_all(case).step, "sign")
        driver.field.scan(car.field.show_code(case, jingbao.CodeKind.DRAFT()))
        driver.sign_both(case, "B")
        car.field.scan(driver.field.show_code(case, jingbao.CodeKind.STATEMENT()))
        car.sign_both(case, "A")
        sealed = car.field.seal(case, None)
        self.assertEqual((sealed.state, len(sealed.revisions)), ("sealed", 1))
        self.assertIn("鲁F5K821", car.field.agreement(case))
        self.assertIn(f"case:{case}", car.heard.lines)

        bundle = self.folder / "bundle.zip"
        car.field.export(case, str(bundle))
        with zipfile.ZipFile(bundle) as opened:
            self.assertIsNone(opened.testzip())
            self.assertEqual(sum(name.endswith(".jpg") for name in opened.namelist()), 3)

    def test_a_refusal_has_a_code_and_a_sentence_in_the_engines_language(self):
        for lang, chinese in [("en", False), ("zh", True)]:
            field = self.phone(lang, lang).field
            with self.assertRaises(jingbao.FieldError.Refused) as refused:
                field.clear(self.sight(field))
            self.assertEqual(refused.exception.code, "error-clear-unsettled")
            self.assertEqual(any("\u4e00" <= letter <= "\u9fff" for letter in refused.exception.text), chinese)

    def test_reopening_shows_the_same_case_and_calls_after_shutdown_say_so(self):
        first = self.phone("one").field
        before = first.case(self.sight(first))
        first.shutdown()
        with self.assertRaises(jingbao.FieldError.Closed):
            first.queue()
        self.assertEqual(self.phone("one").field.case(before.id), before)

    def test_a_sync_without_a_gateway_keeps_everything(self):
        field = self.phone("one").field
        self.sight(field)
        report = asyncio.run(field.sync(jingbao.SyncBudget(seconds=1, photo_bytes=None, metered=False)))
        self.assertEqual((report.sent, report.pending, report.parked), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
