/// Black-box tests with real clients and servers, and the walls of the house.
@NullMarked
package dev.countersign.system;

import org.jspecify.annotations.NullMarked;
