"""A guard of the product, and how those of its folders are written down."""

from dataclasses import dataclass

from .machine import CannotGoOn

MODELS = "customer_archive/models"
SECURITY = "customer_archive/security"


@dataclass(frozen=True)
class Guard:
    """One place of the source, by its text, and what is put there instead."""

    name: str
    path: str
    text: str
    instead: str
    tests: tuple
    # Whether it is in the database, and not only in the code.
    is_installed: bool = False

    def taken_out(self, root):
        """Return the file without the guard.

        :raise CannotGoOn: if its text isn't there, or more than once
        """
        source = (root / self.path).read_text()
        count = source.count(self.text)
        if count != 1:
            raise CannotGoOn(
                f"{self.name}: {self.text!r} is {count} times in {self.path}."
            )
        return source.replace(self.text, self.instead)


def model(name, path, text, instead, *tests, **more):
    return Guard(name, f"{MODELS}/{path}", text, instead, tests, **more)


def sql(*arguments):
    return model(*arguments, is_installed=True)


def rule(name, path, text, instead, *tests):
    path = f"{SECURITY}/{path}"
    return Guard(name, path, text, instead, tests, is_installed=True)
