"""How the datagrams of a call travel: plain UDP or ICE; runs on the engine's loop."""
