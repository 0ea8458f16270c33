/**
 * Published weights, read without Python into this library's networks.
 *
 * <p>{@link org.adversaria.models.published.Weights} reads a file and recognises its networks by
 * the names that published code gives to tensors; sizes follow from the tensors' shapes.
 *
 * @see org.adversaria.torch.TorchFile
 */
package org.adversaria.models.published;
