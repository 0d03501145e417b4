"""Bundles under other people's programs: `bagit.py --validate` (RFC 8493) and age in another language's binding."""

import subprocess
import sys
import unittest
import zipfile

import jingbao
import pyrage
import test_smoke

BAGIT = [sys.executable, "-m", "bagit", "--validate"]


class Bags(unittest.TestCase):
    setUp = test_smoke.Smoke.setUp
    sight = test_smoke.Smoke.sight

    def sealed(self):
        """A phone with one sealed case, signed by both on its own glass."""
        phone = test_smoke.Phone(self.folder / "car")
        self.addCleanup(phone.field.shutdown)
        case = self.sight(phone.field)
        phone.field.respond(case, "stopped")
        phone.answer_all(case)
        phone.shoot_all(case)
        phone.field.clear(case)
        phone.answer_all(case)
        phone.sign_both(case, "A")
        phone.sign_both(case, "B")
        phone.field.seal(case, None)
        return phone.field, case

    def unpacked(self, bundle, name):
        with zipfile.ZipFile(bundle) as opened:
            opened.extractall(self.folder / name)
        return next((self.folder / name).iterdir())

    def judged(self, bag):
        return subprocess.run([*BAGIT, str(bag)], capture_output=True, text=True)

    def test_bagit_validates_a_whole_and_a_part_and_finds_a_changed_byte(self):
        field, case = self.sealed()
        whole, part = self.folder / "whole.zip", self.folder / "part.zip"
        field.export(case, str(whole))
        field.export_part(case, jingbao.Audience.SURVEYOR(), None, str(part))
        for bundle in (whole, part):
            bag = self.unpacked(bundle, bundle.stem)
            good = self.judged(bag)
            self.assertEqual(good.returncode, 0, good.stderr)
            self.assertIn("is valid", good.stderr)
            for name in (next((bag / "data/photos").iterdir()), bag / "README.txt", bag / "data/contents.json"):
                before = name.read_bytes()
                name.write_bytes(bytes([before[0] ^ 1]) + before[1:])
                self.assertNotEqual(self.judged(bag).returncode, 0, name)
                name.write_bytes(before)
            self.assertEqual(self.judged(bag).returncode, 0)
            (bag / "data" / "more.txt").write_text("more")
            self.assertNotEqual(self.judged(bag).returncode, 0)

    def test_age_of_somebody_else_opens_an_encrypted_bundle_with_its_key_alone(self):
        field, case = self.sealed()
        own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
        shut = self.folder / "whole.zip.age"
        field.export_encrypted(case, None, str(shut), str(own.to_public()))
        with self.assertRaises(pyrage.DecryptError):
            pyrage.decrypt(shut.read_bytes(), [other])
        bundle = self.folder / "opened.zip"
        bundle.write_bytes(pyrage.decrypt(shut.read_bytes(), [own]))
        good = self.judged(self.unpacked(bundle, "opened"))
        self.assertEqual(good.returncode, 0, good.stderr)


if __name__ == "__main__":
    unittest.main()
