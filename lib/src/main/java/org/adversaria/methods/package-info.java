/**
 * One class per paper: networks, losses, regularizers and schedule put together, with the paper's
 * own settings as named presets.
 *
 * <p>A method is a value. Its class puts the paper's equations beside its code; everything that two
 * papers share lives in a lower package.
 */
package org.adversaria.methods;
