package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A batch of both domains, and what the networks make of it in an update of the generators.
 *
 * @param realA images of A, a {@code (N, C, H, W)}
 * @param realB images of B, b {@code (N, C', H, W)}
 * @param fakeA G_BA(b), the synthesized images of A
 * @param fakeB G_AB(a), the synthesized images of B
 * @param recoveredA G_BA(G_AB(a)), the cycled images of A
 * @param recoveredB G_AB(G_BA(b)), the cycled images of B
 * @param logitsA D_A of {@code fakeA}
 * @param logitsB D_B of {@code fakeB}
 * @param sameA computes G_BA(a), an image that is of A already
 * @param sameB computes G_AB(b), an image that is of B already
 */
public record Translation(
    NDArray realA,
    NDArray realB,
    NDArray fakeA,
    NDArray fakeB,
    NDArray recoveredA,
    NDArray recoveredB,
    NDArray logitsA,
    NDArray logitsB,
    Supplier<NDArray> sameA,
    Supplier<NDArray> sameB) {}
