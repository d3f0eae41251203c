"""Tables of people: users, teams, certificates, absences, sessions, counted attempts, codes, parties of a case."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from engine import Moment, metadata

#: Somebody who can sign in: staff with a password or company identity, customers with a phone.
user: Final = Table(
    "user",
    metadata,
    Column("id", String(32), primary_key=True),
    #: "staff" or "customer".
    Column("kind", String(16), nullable=False),
    #: Login of staff; for customers a random word, they sign in by phone.
    Column("login", String(64), nullable=False, unique=True),
    #: Name on screen; a customer's name is sealed instead and this stays empty.
    Column("name", String(64), nullable=False, default=""),
    #: Staff number, shown to the public in place of a name.
    Column("number", String(32), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    #: argon2id; empty for customers and company sign-in.
    Column("password", Text, nullable=False, default=""),
    #: "active", "suspended" (may enter and read, cannot claim) or "left" (cannot enter).
    Column("state", String(16), nullable=False, default="active"),
    #: Why suspended, shown in the banner.
    Column("state_reason", Text, nullable=False, default=""),
    #: The password is the one-time secret of a new account and must be changed.
    Column("must_change", Boolean, nullable=False, default=False),
    #: Address of staff notices (not personal: the office mailbox).
    Column("mail", String(128), nullable=False, default=""),
    #: Sealed phone of a customer, and its blind index for signing in.
    Column("phone", Text, nullable=False, default=""),
    Column("phone_index", String(64), nullable=True, unique=True),
    #: "subject" of company sign-in.
    Column("subject", String(255), nullable=True, unique=True),
    #: Preferences: theme, density, language, saved views (JSON text).
    Column("preferences", Text, nullable=False, default="{}"),
    Column("created_at", Moment, nullable=False),
)

#: Roles of a user, words of the packs (ACCEPT …) and of the house (ADMIN, ANALYST).
user_role: Final = Table(
    "user_role",
    metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(64), primary_key=True),
    Index("ix_user_role_role", "role"),
)

#: Regions of a user; "*" means all of them.
user_region: Final = Table(
    "user_region",
    metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("region", String(64), primary_key=True),
)

#: Server-side sessions; the cookie holds only the signed id.
session: Final = Table(
    "session",
    metadata,
    #: SHA-256 of the id in the cookie: a copy of the table opens nothing.
    Column("id", String(64), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    #: Last proof of identity; publishing and key actions ask again after a while.
    Column("proved_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("address", String(64), nullable=False, default=""),
    Column("agent", String(200), nullable=False, default=""),
    #: A customer who signed in by number and code may read this one case only.
    Column("business_key", String(64), nullable=True),
)

#: Counted events of rate limits: sign-in per account and address, codes per phone, queries per address.
attempt: Final = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    #: HMAC of "kind:who": neither accounts nor addresses are readable here.
    Column("key", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_attempt_key_at", "key", "at"),
)

#: One-time codes sent to a phone or mailbox.
one_time_code: Final = Table(
    "one_time_code",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("phone_index", String(64), nullable=False, index=True),
    Column("code", String(64), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
)

#: Who belongs to a case from outside: the customer and the agents; the object right of customers.
party: Final = Table(
    "party",
    metadata,
    Column("business_key", String(64), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    #: "customer" or "agent".
    Column("relation", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_party_user", "user_id"),
)

#: Teams that decision tables of packs name; kept by administrators.
team: Final = Table(
    "team",
    metadata,
    #: The word by which tables name it.
    Column("id", String(64), primary_key=True),
    Column("title", String(64), nullable=False),
    #: Phone of the office, shown to customers with the person who looks after them.
    Column("phone", String(32), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
)

#: Who belongs to a team; what they do in it follows from their roles.
team_member: Final = Table(
    "team_member",
    metadata,
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_team_member_user", "user_id"),
)

#: The district of a team; "*" means every region.
team_region: Final = Table(
    "team_region",
    metadata,
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), primary_key=True),
    Column("region", String(64), primary_key=True),
)

#: Certificates of staff, of the kinds that packs name.
certificate: Final = Table(
    "certificate",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    #: The last day on which it counts, in the business time zone.
    Column("valid_until", Date, nullable=False),
    #: When its holder was told that it runs out.
    Column("warned_at", Moment, nullable=True),
    Column("created_by", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_certificate_user", "user_id"),
    Index("ix_certificate_valid_until", "valid_until"),
)

#: Times in which somebody is away and a deputy acts for them.
absence: Final = Table(
    "absence",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("deputy_id", ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    #: First moment at which the person is back; ending it by hand brings this forward.
    Column("ends_at", Moment, nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    #: Who entered it: the person, or an administrator for somebody ill.
    Column("created_by", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_absence_user", "user_id", "ends_at"),
    Index("ix_absence_deputy", "deputy_id", "ends_at"),
)
