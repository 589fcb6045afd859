"""What changes handbooks, who belongs to them, and who may come."""

from .ending import close_handbook, purge_handbook, reopen_handbook
from .handbooks import SLUG, SLUG_MAX, TITLE_MAX, change_handbook, create_handbook
from .invitations import accept_invitation, invite, revoke_invitation
from .members import add_member, change_role, remove_member, transfer_ownership

__all__ = [
    "SLUG",
    "SLUG_MAX",
    "TITLE_MAX",
    "accept_invitation",
    "add_member",
    "change_handbook",
    "change_role",
    "close_handbook",
    "create_handbook",
    "invite",
    "purge_handbook",
    "remove_member",
    "reopen_handbook",
    "revoke_invitation",
    "transfer_ownership",
]
