package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Request;

/// One thing that a client asked for, not yet understood.
public record Asked(ActionId id, Request request) {}
