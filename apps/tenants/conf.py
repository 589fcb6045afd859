"""Settings of handbooks."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_TENANTS"


@dataclass(frozen=True)
class TenantsConf:
    invitation_days_max: int = setting(
        30, "How long an invitation to a handbook may be good for, in days.", least=1
    )
    deletion_days: int = setting(
        14, "How long owners may take it back that a handbook is deleted, in days.", least=1
    )


conf = load(TenantsConf, PREFIX)
