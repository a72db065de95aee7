from . import (
    res_company,
    res_company_assessment,
    res_company_numbering,
    res_company_supervision,
    res_config_settings,
)
