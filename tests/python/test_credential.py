"""A specialist's credential under somebody else's COSE: the `cwt` package reads ours, and ours reads what it makes."""

import base64
import datetime
import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest
import zlib

import base45
import cbor2
import jingbao
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cwt import COSE, COSEKey

import test_smoke

GATEWAY = pathlib.Path(jingbao.__file__).parent.parent / "debug" / "jingbao-gateway"
NUMBER, EXPIRES, NOT_BEFORE, ISSUED, CONFIRMED = 2, 4, 5, 6, 8
NAME, COMPANY, PHOTO = -65537, -65538, -65539
DAY = 86_400


def desk(*arguments):
    """A desk command's exit code and its one line."""
    done = subprocess.run([GATEWAY, "credential", *map(str, arguments), "--json"], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def spki(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def text_of(key):
    return base64.urlsafe_b64encode(spki(key)).rstrip(b"=").decode()


def kid(key):
    return hashlib.sha256(spki(key)).digest()[:8]


def code(cose):
    return "JBC1:" + base45.b45encode(zlib.compress(cose, 9)).decode()


def cose(text):
    return zlib.decompress(base45.b45decode(text.removeprefix("JBC1:")))


class Credentials(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.association = ec.generate_private_key(ec.SECP256R1())
        self.phone = ec.generate_private_key(ec.SECP256R1())
        (self.folder / "key.pem").write_bytes(pem(self.association))
        (self.folder / "face.jpg").write_bytes(test_smoke.jpeg("a face"))
        self.now = int(datetime.datetime.now(datetime.timezone.utc).timestamp())

    def cose_key(self, key):
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return COSEKey.from_pem(public, alg="ES256", kid=kid(key))

    def test_a_credential_issued_here_is_read_and_verified_by_another_cose(self):
        exit_code, line = desk(
            "issue", "--key", self.folder / "key.pem", "--number", "YT-0042", "--name", "王𠮷·查", "--company", "测试公司",
            "--from", "2026-01-01", "--to", "2030-12-31", "--photo", self.folder / "face.jpg",
            "--device-key", text_of(self.phone), "--out", self.folder / "card.json",
        )  # fmt: skip
        self.assertEqual(exit_code, 0, line)
        protected, unprotected, payload = COSE.new().decode_with_headers(
            cose(line["code"]), self.cose_key(self.association)
        )
        self.assertEqual((protected, unprotected), ({1: -7, 4: kid(self.association)}, {}))
        claims = cbor2.loads(payload)
        self.assertEqual((claims[NUMBER], claims[NAME], claims[COMPANY]), ("YT-0042", "王𠮷·查", "测试公司"))
        self.assertEqual((claims[NOT_BEFORE], claims[EXPIRES]), (1767196800, 1924963200))
        self.assertLessEqual(abs(claims[ISSUED] - self.now), 60)
        point = self.phone.public_key().public_numbers()
        key = {1: 2, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        self.assertEqual(claims[CONFIRMED], {1: key})
        card = json.loads((self.folder / "card.json").read_text())
        self.assertEqual(claims[PHOTO], hashlib.sha256(base64.b64decode(card["face"])).digest())
        with self.assertRaises(Exception):
            COSE.new().decode(cose(line["code"]), self.cose_key(self.phone))

    def made(self, change=lambda claims: claims, key=None):
        """A credential that the other COSE signs."""
        key = key or self.association
        point = self.phone.public_key().public_numbers()
        claims = {
            NUMBER: "YT-7",
            EXPIRES: self.now + DAY,
            NOT_BEFORE: self.now - DAY,
            ISSUED: self.now - 2 * DAY,
            CONFIRMED: {1: {1: 2, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}},
            NAME: "李四",
            COMPANY: "另一公司",
            PHOTO: hashlib.sha256(b"a face").digest(),
        }
        signing = COSEKey.from_pem(pem(key), alg="ES256", kid=kid(key))
        headers = {1: -7, 4: kid(key)}
        return code(COSE.new().encode_and_sign(cbor2.dumps(change(claims)), signing, protected=headers, unprotected={}))

    def shown(self, text, *more):
        return desk("show", text, "--trust", text_of(self.association), *more)

    def test_a_credential_made_by_another_cose_is_accepted_here(self):
        for _ in range(8):
            exit_code, line = self.shown(self.made())
            self.assertEqual((exit_code, line["verdict"]), (0, "genuine"), line)
            self.assertEqual((line["number"], line["name"], line["company"]), ("YT-7", "李四", "另一公司"))
            self.assertEqual(line["device_key"], text_of(self.phone))

    def test_what_the_other_cose_signs_wrongly_is_not(self):
        def earlier(claims):
            return {**claims, EXPIRES: self.now - 1}

        def reordered(claims):
            return dict(reversed(claims.items()))

        self.assertEqual(self.shown(self.made(earlier))[1]["verdict"], "expired")
        self.assertEqual(self.shown(self.made(key=self.phone))[1]["verdict"], "not_a_specialist")
        self.assertEqual(self.shown(self.made(reordered))[1]["verdict"], "cannot_check")
        self.assertEqual(self.shown(self.made(lambda claims: {**claims, 99: 1}))[1]["verdict"], "cannot_check")
        exit_code, line = self.shown("JBC1:" + base45.b45encode(zlib.compress(cose(self.made()))).decode())
        self.assertEqual((exit_code, line["verdict"]), (1, "cannot_check"), "another level of zlib")

    def test_a_revoked_number_is_revoked_from_then_on(self):
        text, revoked = self.made(), self.folder / "revoked.json"
        self.assertEqual(desk("revoke", "YT-7", "--key", self.folder / "key.pem", "--list", revoked)[0], 0)
        self.assertEqual(self.shown(text, "--revocations", revoked)[1]["verdict"], "revoked")
        earlier = datetime.datetime.fromtimestamp(self.now - 3600, datetime.timezone.utc).isoformat()
        self.assertEqual(self.shown(text, "--revocations", revoked, "--at", earlier)[1]["verdict"], "genuine")


if __name__ == "__main__":
    unittest.main()
