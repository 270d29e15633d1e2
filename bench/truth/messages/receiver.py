"""Answers each message with the time at which its last byte arrived."""
import collab
import transfer

transfer.receive(collab.port('messages'))
