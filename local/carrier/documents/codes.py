"""The numbers of Twilio's error dictionary for what may be wrong in a document, by element and attribute.

Twilio: "Error and Warning Dictionary". What has no number there is a schema warning (12200).
"""

PARSE_FAILURE, NO_RESPONSE, SCHEMA, WRONG_TYPE, TOO_LARGE = 12100, 12102, 12200, 12300, 11750
SAY_VOICE, SAY_LANGUAGE, SAY_TEXT, SAY_TOO_LONG = 13511, 13512, 13520, 13521
BAD_LABEL, BAD_CONFERENCE_NAME, BAD_SIDE_VERB = 16023, 13237, 13238
BAD_VALUE = {
    ("Dial", "method"): 13210,
    ("Dial", "timeout"): 13212,
    ("Dial", "hangupOnStar"): 13213,
    ("Dial", "timeLimit"): 13216,
    ("Dial", "record"): 13217,
    ("Dial", "sequential"): 13218,
    ("Dial", "answerOnBridge"): 13219,
    ("Number", "sendDigits"): 13222,
    ("Conference", "muted"): 13230,
    ("Conference", "endConferenceOnExit"): 13231,
    ("Conference", "startConferenceOnEnter"): 13232,
    ("Conference", "waitUrl"): 13233,
    ("Conference", "waitMethod"): 13234,
    ("Conference", "beep"): 13235,
    ("Conference", "trim"): 13239,
    ("Conference", "recordingStatusCallback"): 13256,
    ("Conference", "recordingStatusCallbackEvent"): 13621,
    ("Gather", "finishOnKey"): 13310,
    ("Gather", "method"): 13312,
    ("Gather", "timeout"): 13313,
    ("Gather", "numDigits"): 13314,
    ("Gather", "input"): 13326,
    ("Gather", "speechTimeout"): 13327,
    ("Gather", "bargeIn"): 13332,
    ("Gather", "profanityFilter"): 13333,
    ("Gather", "actionOnEmptyResult"): 13338,
    ("Play", "loop"): 13410,
    ("Play", "digits"): 13430,
    ("Say", "loop"): 13510,
    ("Redirect", "method"): 13710,
    ("Pause", "length"): 13910,
}
BAD_CHILD = {"Dial": 13215, "Gather": 13320}
"""For what may not stand in an element."""
