"""Who is asking, and what may they see and do."""

from web.auth.access import customer, partner, public, right, signed_in, staff
from web.auth.person import Person, person, signed_in_person

__all__ = ["Person", "customer", "partner", "person", "public", "right", "signed_in", "signed_in_person", "staff"]
