"""The words of the call centre as immutable values and state tables; no input or output."""
