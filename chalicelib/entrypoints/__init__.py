"""The inner wall: from Lambda's and HTTP's shapes to use cases and back."""
