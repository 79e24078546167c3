"""A stand-in Vapi: places scripted calls against a webhook over real HTTP, in the shapes Vapi sends."""
