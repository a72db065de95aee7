import random

from stdnum.cn import ric, uscc

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import identifiers

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
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
    def test_mistyped_numbers_are_judged_as_python_stdnum_does(self):
        """A14: 1,000 seeded credit codes and identity numbers, right and mistyped."""
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
                self.assertEqual(
                    accepted(check, right), reference.is_valid(right), right
                )
                self.assertEqual(
                    accepted(check, wrong), reference.is_valid(wrong), wrong
                )
                refused += not accepted(check, wrong)
            # Swapping equal characters or hitting the same one changes nothing.
            self.assertGreater(refused, 850)

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
