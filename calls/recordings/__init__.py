"""The sound of a call: its waveform, computed once."""
