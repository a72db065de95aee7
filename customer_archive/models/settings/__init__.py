from . import (
    res_company,
    res_config_settings,
    res_company_disposal,
    res_config_settings_disposal,
    res_company_validity,
    res_config_settings_validity,
    res_company_review,
    res_company_annual,
    res_config_settings_review,
    res_company_register,
    res_config_settings_register,
)
