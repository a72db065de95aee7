from . import (
    res_company,
    res_company_numbering,
    res_config_settings,
)
