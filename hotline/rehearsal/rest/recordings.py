"""Recordings: listed, fetched, forgotten, and their audio."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.rest.answers import RefusedError, listed, matches, newest_first, page, within
from hotline.rehearsal.rest.shapes import recording_shape
from hotline.rehearsal.state import Recording


def add_recordings(api: Blueprint, exchange: Exchange) -> None:
    """Add the resource to the API."""

    @api.get("/Recordings.json", defaults={"call_sid": None})
    @api.get("/Calls/<call_sid>/Recordings.json")
    def list_recordings(call_sid: str | None) -> Response:
        found = [
            recording
            for recording in newest_first(exchange.recordings.values())
            if listed(exchange, recording.started)
            and (call_sid is None or recording.call_sid == call_sid)
            and matches(recording.call_sid, "CallSid")
            and within(recording.started, "DateCreated")
        ]
        return page("recordings", found, lambda recording: recording_shape(exchange, recording))

    @api.get("/Recordings/<sid>.json")
    def fetch_recording(sid: str) -> dict[str, Any]:
        return recording_shape(exchange, _known(exchange, sid))

    @api.delete("/Recordings/<sid>.json")
    def delete_recording(sid: str) -> tuple[str, int]:
        if _known(exchange, sid).status in {"in-progress", "processing"}:
            raise RefusedError(20009, 409)
        del exchange.recordings[sid]
        exchange.touch()
        return "", 204

    @api.get("/Recordings/<sid>")
    @api.get("/Recordings/<sid>.wav")
    def fetch_audio(sid: str) -> Response:
        recording = _known(exchange, sid)
        if recording.status != "completed" or exchange.faults.recording_not_ready > 0:
            exchange.faults.recording_not_ready = max(0, exchange.faults.recording_not_ready - 1)
            raise RefusedError(20404, 404)
        if request.args.get("RequestedChannels") == "2":
            raise RefusedError(20001)
        return Response(recording.wav, mimetype="audio/x-wav")

    @api.get("/Recordings/<sid>.mp3")
    def fetch_mp3(sid: str) -> Response:
        _known(exchange, sid)
        says = "La répétition ne fabrique pas de MP3 : demandez le .wav.\n"
        return Response(says, status=415, mimetype="text/plain")


def _known(exchange: Exchange, sid: str) -> Recording:
    recording = exchange.recordings.get(sid)
    if recording is None:
        raise RefusedError(20404, 404)
    return recording
