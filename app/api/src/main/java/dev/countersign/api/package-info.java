/// The control API: what people see and decide, over HTTP. OpenAPI 3.1 is its contract
/// (`openapi.yaml`).
@NullMarked
package dev.countersign.api;

import org.jspecify.annotations.NullMarked;
