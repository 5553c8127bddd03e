/* Tongxin: what scripts add. Every page works without this file. */
