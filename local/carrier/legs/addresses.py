"""What the addresses look like under which a leg can be called, as Twilio takes them."""

import re

PHONE = re.compile(r"\+[1-9]\d{6,14}")
CLIENT = re.compile(r"client:[A-Za-z0-9_]{1,121}(\?\S*)?")
SIP = re.compile(r"sips?:[^\s@]+@[^\s@]+")
SIP_USER = re.compile(r"[A-Za-z0-9_.+-]{1,121}")
