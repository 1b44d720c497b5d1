"""RTP and RTCP packets as values; pure, any thread."""
