package org.adversaria.torch;

import java.util.Map;

/**
 * A module of NVIDIA's networks, as data.
 *
 * @param className such as {@code Generator}
 * @param state its attributes by name; tensors and modules within it are in {@code _parameters},
 *     {@code _buffers} and {@code _modules}
 */
record SavedModule(String className, Map<?, ?> state) {}
