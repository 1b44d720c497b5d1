"""The RTP core: packets, reports, the jitter buffer on simulated lines, sound; all in memory."""
