"""The pictures of our codes under somebody else's reader: ZXing-C++ reads them plain, small, blurred, faint and turned."""

import pathlib
import tempfile
import unittest

import jingbao
import zxingcpp
from PIL import Image, ImageFilter

import test_smoke

# Pixels of one module, as a screen of 6 cm shows a code of version 20 to a camera that is near enough.
SCALE = 4

# A hand that holds a camera moves a little between its frames; the first that shows anything counts.
FRAMES = (1, 1.04, 0.97, 1.09)


def resized(image, factor):
    return image.resize([round(side * factor) for side in image.size], Image.Resampling.BICUBIC)


def drawn(code):
    """The picture in grey, as the apps draw it."""
    made = jingbao.picture_of(code)
    image = Image.new("L", (made.side, made.side))
    image.putdata([0 if dark else 255 for dark in made.modules])
    return made, image.resize((made.side * SCALE, made.side * SCALE), Image.Resampling.NEAREST)


def turned(degrees):
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def shrunk(pixels):
    """So many pixels a module, which need not be whole."""
    return lambda image: image.resize([round(side * pixels / SCALE) for side in image.size], Image.Resampling.LANCZOS)


def blurred(modules):
    """A Gaussian blur of so many modules."""
    return lambda image: image.filter(ImageFilter.GaussianBlur(modules * SCALE))


DISTURBED = {
    "plain": lambda image: image,
    "2 pixels a module": shrunk(2),
    "2.6 pixels a module": shrunk(2.6),
    "blurred by a fifth of a module": blurred(0.2),
    "blurred by a quarter of a module": blurred(0.25),
    "faint": lambda image: image.point(lambda grey: 110 + grey // 4),
    "turned and blurred": lambda image: turned(17)(blurred(0.2)(image)),
    **{f"turned by {degrees}°": turned(degrees) for degrees in (3, 7, 30, 45, 90, 137, 180, 200, 270, 300)},
}


def party_code(folder, name):
    """What a driver's phone shows of its own party."""
    car, driver = test_smoke.Phone(folder / "car"), test_smoke.Phone(folder / "driver")
    case = car.field.sight(HERE)
    driver.field.scan(car.field.show_code(case, jingbao.CodeKind.INVITATION("B")))
    driver.field.clear(case)
    driver.answer_all(case)
    named = jingbao.Reply(question="party.name", party="B", value=name, skip=None)
    driver.field.answer(case, named)
    code = driver.field.show_code(case, jingbao.CodeKind.PARTY())
    car.field.shutdown()
    driver.field.shutdown()
    return code


HERE = jingbao.SightInput(position=test_smoke.HERE, accident=None, own_party=None, training=False)


class Pictures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def reads(self, code):
        made, image = drawn(code)
        for name, disturb in DISTURBED.items():
            frames = (resized(disturb(image), nearer) for nearer in FRAMES)
            found = next(filter(None, ([one.text for one in zxingcpp.read_barcodes(frame)] for frame in frames)), [])
            self.assertEqual(found, [code], f"{code[:5]} of version {made.version}, {name}")

    def test_a_partys_code_is_read_whatever_the_camera_does_to_it(self):
        for number, name in enumerate(["张三", "欧阳·买买提", "𠮷田"]):
            code = party_code(self.folder / str(number), name)
            self.assertLessEqual(jingbao.picture_of(code).version, 20)
            self.reads(code)

    def test_an_invitation_a_call_for_help_and_a_challenge_are_read_too(self):
        phone = test_smoke.Phone(self.folder)
        case = phone.field.sight(HERE)
        self.reads(phone.field.challenge())
        self.reads(phone.field.show_code(case, jingbao.CodeKind.HELP()))
        self.reads(phone.field.show_code(case, jingbao.CodeKind.INVITATION("B")))
        phone.field.shutdown()

    def test_what_no_picture_holds_has_none(self):
        self.assertIsNone(jingbao.picture_of("A" * 5_000))


if __name__ == "__main__":
    unittest.main()
