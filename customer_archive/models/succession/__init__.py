from . import (
    leaving,
)
