import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import identifiers

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SETTLED = settings(deadline=None, derandomize=True, database=None, max_examples=200)
REGIONS = ("110101", "310115", "440305", "360426", "510104")


def some_credit_code(dice):
    body = (
        "9"
        + dice.choice("123")
        + dice.choice(REGIONS)
        + "".join(dice.choice(ALPHABET) for _sign in range(9))
    )
    return body + uscc.calc_check_digit(body + "0")


def some_identity_number(dice):
    day = (
        f"{dice.randint(1950, 2005)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    )
    body = dice.choice(REGIONS) + day + f"{dice.randint(0, 999):03d}"
    return body + ric.calc_check_digit(body + "0")


def mistyped(dice, number):
    """Return ``number`` with one character changed or two swapped."""
    signs = list(number)
    if dice.random() < 0.5:
        index = dice.randrange(len(signs))
        signs[index] = dice.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    else:
        index = dice.randrange(len(signs) - 1)
        signs[index], signs[index + 1] = signs[index + 1], signs[index]
    return "".join(signs)


def accepted(check, number):
    try:
        check(number)
    except ValueError:
        return False
    return True


@tagged("post_install", "-at_install")
class TestIdentifiers(BaseCase):
    """Requirement A14."""

    def test_mistyped_numbers_are_judged_as_python_stdnum_does(self):
        """A14: 1,000 seeded numbers of each kind, right and mistyped.

        Length, characters and check digit decide, and the day of birth; not places.
        """
        kinds = (
            (identifiers.credit_code, uscc, some_credit_code),
            (identifiers.identity_number, ric, some_identity_number),
        )
        for check, reference, make in kinds:
            dice = random.Random(20260101)
            refused = 0
            for _count in range(1000):
                right = make(dice)
                wrong = mistyped(dice, right)
                self.assertTrue(accepted(check, right), right)
                if accepted(check, wrong):
                    self.assertEqual(wrong[-1], reference.calc_check_digit(wrong))
                if reference.is_valid(wrong):
                    self.assertTrue(accepted(check, wrong), wrong)
                refused += not accepted(check, wrong)
            # Swapping equal characters or hitting the same one changes nothing.
            self.assertGreater(refused, 850)

    @SETTLED
    @given(
        st.from_regex(r"\A[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}\Z"),
        st.integers(0, 17),
        st.sampled_from(ALPHABET),
    )
    def test_credit_codes_by_their_check_digit(self, body, place, sign):
        """Any authority, also those with a letter; one wrong sign is found."""
        code = body + uscc.calc_check_digit(body + "0")
        self.assertEqual(identifiers.credit_code(code.lower()), code)
        other = code[:place] + sign + code[place + 1 :]
        self.assertEqual(accepted(identifiers.credit_code, other), other == code)

    @SETTLED
    @given(
        st.sampled_from([*REGIONS, "810000", "820000", "830000", "911156", "500101"]),
        st.dates(date(1900, 1, 1), date(2026, 1, 1)),
        st.integers(0, 999),
    )
    def test_identity_numbers_of_every_place(self, region, day, serial):
        """Residents of Hong Kong, Macao, Taiwan, foreigners, younger counties."""
        body = f"{region}{day:%Y%m%d}{serial:03d}"
        number = body + ric.calc_check_digit(body + "0")
        self.assertEqual(identifiers.identity_number(number.lower()), number)
        wide = number.translate({48 + digit: 0xFF10 + digit for digit in range(10)})
        self.assertEqual(identifiers.identity_number(f"\u202a{wide}\u202c"), number)
        self.assertEqual(
            identifiers.masked(number), "*" * 14 + number[-4:], "masked as before"
        )

    def test_places_are_a_hint(self):
        def of(body):
            return body + ric.calc_check_digit(body + "0")

        for body, hint in (
            ("11010119900101001", None),
            ("81000019900101001", None),
            ("91115619900307001", None),
            # Born before the county was.
            ("50010119900101001", identifiers.COMPONENT),
            ("99999919900101001", None),
            ("69999919900101001", identifiers.COMPONENT),
        ):
            self.assertEqual(identifiers.identity_hint(of(body)), hint, body)
        self.assertIsNone(identifiers.identity_hint("69999919900101001"))
        with self.assertRaisesRegex(ValueError, identifiers.COMPONENT):
            identifiers.identity_number(of("11010119901301001"))

    @SETTLED
    @given(st.from_regex(r"\A[0-9A-Z]{8}\Z"), st.integers(0, 8), st.integers(0, 9))
    def test_organisation_codes(self, body, place, digit):
        """GB 11714: round trip of codes with their check digit; one wrong is found."""
        code = next(
            f"{body}{end}"
            for end in "0123456789X"
            if accepted(identifiers.organisation_code, f"{body}{end}")
        )
        written = f"{code[:8]}-{code[8]}"
        self.assertEqual(identifiers.organisation_code(code), written)
        self.assertEqual(identifiers.organisation_code(written), written)
        if code[place].isdigit():
            other = f"{code[:place]}{digit}{code[place + 1 :]}"
            self.assertEqual(
                accepted(identifiers.organisation_code, other), other == code
            )

    @SETTLED
    @given(st.from_regex(r"\A[0-9]{14}\Z"), st.integers(0, 14), st.integers(0, 9))
    def test_licence_numbers(self, body, place, digit):
        """GS 15-2006: 15 digits with a check digit."""
        number = body + mod_11_10.calc_check_digit(body)
        self.assertEqual(identifiers.licence_number(f" {number} "), number)
        other = f"{number[:place]}{digit}{number[place + 1 :]}"
        self.assertEqual(accepted(identifiers.licence_number, other), other == number)

    def test_older_numbers(self):
        # The examples of the standards.
        self.assertEqual(identifiers.organisation_code("D2143569X"), "D2143569-X")
        self.assertEqual(
            identifiers.licence_number("110108000000016"), "110108000000016"
        )
        self.assertTrue(identifiers.licence_number("3101081002345"))
        for older, reason in (
            ("D2143569-X", identifiers.ORGANISATION),
            ("110108000000016", identifiers.LICENCE),
        ):
            with self.assertRaisesRegex(ValueError, reason):
                identifiers.credit_code(older)

    def test_reasons(self):
        cases = (
            (identifiers.credit_code, "9131", identifiers.LENGTH),
            (identifiers.credit_code, "91310100MA1T0000IO", identifiers.CHARACTERS),
            (identifiers.credit_code, "91110000600037341M", identifiers.CHECKSUM),
            (identifiers.identity_number, "36042619910101", identifiers.LENGTH),
            (identifiers.identity_number, "360426199101010072", identifiers.CHECKSUM),
            (identifiers.identity_number, "A60426199101010071", identifiers.CHARACTERS),
            (identifiers.bank_card, "6222 0000 0000 0000", identifiers.CHECKSUM),
            (identifiers.bank_card, "62220", identifiers.LENGTH),
            (identifiers.bank_card, "six two two two", identifiers.CHARACTERS),
            (identifiers.phone, "12345", identifiers.LENGTH),
            (identifiers.phone, "call me", identifiers.CHARACTERS),
            (identifiers.email, "name@company", identifiers.CHARACTERS),
        )
        for check, value, reason in cases:
            with self.subTest(value), self.assertRaises(ValueError) as caught:
                check(value)
            self.assertEqual(caught.exception.args, (reason,))

    def test_usual_ways_of_writing(self):
        phones = (
            "13912345678",
            "+86 139-1234-5678",
            "021-55550001",
            "(010) 6555 0001",
            "0755-8655 0001转802",
            "400-820-0001",
        )
        for value in (*phones, "+49 30 901820", "95588"):
            with self.subTest(value):
                self.assertTrue(identifiers.phone(value))
        for value in (
            "a@b.cn",
            " 张三@例子.公司 ",
            "first.last+tag@sub.company.com.cn",
        ):
            with self.subTest(value):
                self.assertEqual(identifiers.email(value), value.strip())
        self.assertEqual(
            identifiers.credit_code(" 9111 0000-600037341l "), "91110000600037341L"
        )

    def test_masked(self):
        self.assertEqual(identifiers.masked("6222 0212 3456 7890"), "************7890")
        self.assertEqual(identifiers.masked("123"), "***")
        self.assertEqual(identifiers.masked(None), "")
